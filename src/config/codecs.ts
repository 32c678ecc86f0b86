/** Default rate factors with about equal quality: each codec has its own scale. */
export const DEFAULT_CRF = { h264: 20, h265: 24, vp9: 31, av1: 30 } as const;

/** A video codec that Veil writes. */
export type Codec = keyof typeof DEFAULT_CRF;
