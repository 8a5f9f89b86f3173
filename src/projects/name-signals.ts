export const nameSignals = (..._: unknown[]) => [];
