/** A URL in a text, in three parts: protocol, authority, and the rest, without a colon of the text at the end. */
const URL_IN_TEXT = /([a-z][a-z0-9+.-]*:\/\/)([^\s/?#'"]*)([^\s'"]*?)(?=:?(?:[\s'"]|$))/gi;

/**
 * A text for logs and messages: its URLs without user, password, path and query, which contain stream keys. The URL
 * parser can't be used, because `srt://:9000` has no host.
 */
export function withoutSecrets(text: string): string {
  return text.replaceAll(URL_IN_TEXT, (_, protocol: string, authority: string) => {
    return protocol + authority.slice(authority.lastIndexOf('@') + 1);
  });
}
