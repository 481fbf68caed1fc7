export function buildSite(root: string): Promise<void>;
export function buildLocal(root: string): Promise<string>;
