export type Only = "unread" | "mentions";

/** Reads which notifications an address shows. */
export const readOnly = ({ only }: Record<string, unknown>): { only?: Only } =>
  only === "unread" || only === "mentions" ? { only } : {};
