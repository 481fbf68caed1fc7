import { line } from "../base/shape.ts";

/** 1 to 60 characters on one line, nothing that a mail client would turn into a link. */
export const OrganizationName = line("name", 60);

/** An organization that was deleted can be restored for so many days, and is purged after that. */
export const restorableDays = 30;

export const states = ["active", "suspended", "deleted"] as const;
export type State = (typeof states)[number];
