/**
 * Scores from which a detection may be made to count as a face, wherever that is set: a config, the page, a run. Below
 * the least a live detector reports nothing, so that the threshold can be lowered while a run goes on.
 */
export const THRESHOLDS = { least: 0.05, most: 0.99 } as const;
