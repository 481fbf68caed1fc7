import { line } from "../base/shape.ts";

/** 1 to 60 characters on one line, nothing that mail clients turn into a link. */
export const OrganizationName = line("name", 60);

export const states = ["active", "suspended", "deleted"] as const;
export type State = (typeof states)[number];
