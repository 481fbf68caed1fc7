import type { Text } from "./editor.tsx";

/** What the form of an update holds; for a change, with the revision that it is about, whatever others save since. */
export type Values = { title: string; text: Text; tags: string[]; team: string; revision?: number };
export type Place = { value: string; label: string };
/** What is sent, with ids of those that it mentions. */
export type Sent = Omit<Values, "text"> & { content: string };
