/** A URL in a text, in three parts: protocol, authority, and the rest, where a colon at the end is the text's. */
const URL_IN_TEXT = /([a-z][a-z0-9+.-]*:\/\/)([^\s/?#'"]*)([^\s'"]*?)(?=:?(?:[\s'"]|$))/gi;

/**
 * A text for logs and messages: its URLs without user, password, path and query, where stream keys are. `srt://:9000`
 * has no host, so the URL parser would not do.
 */
export function withoutSecrets(text: string): string {
  return text.replaceAll(URL_IN_TEXT, (_, protocol: string, authority: string) => {
    return protocol + authority.slice(authority.lastIndexOf('@') + 1);
  });
}
