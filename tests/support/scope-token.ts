export const scopeToken = (project: string): string => `p${project}z`;
