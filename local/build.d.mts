export function buildSite(root: string): Promise<void>;
export function buildLocal(root: string): Promise<string>;
/** Something that is built cannot be written; the message says where, and what to do. */
export class CannotBuild extends Error {}
