/** Styles of covers. */
export const STYLES = ['blur', 'mosaic', 'solid'] as const;

/** `blur` draws the averaged cells smoothly, `mosaic` draws them flat, `solid` fills with one colour. */
export type Style = (typeof STYLES)[number];
