export const workspaceSignals = (..._: unknown[]) => [];
export const fileSignals = (..._: unknown[]) => [];
