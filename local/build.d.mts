export function buildSite(root: string): Promise<void>;
export function buildLocal(root: string): Promise<string>;
/** A build target cannot be written; the message says where, and what to do. */
export class CannotBuild extends Error {}
