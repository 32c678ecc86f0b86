/**
 * Limits of the threshold in configs, on the page and in runs. A live detector reports scores from the minimum on, so
 * that the user can lower the threshold during a run.
 */
export const THRESHOLDS = { least: 0.05, most: 0.99 } as const;
