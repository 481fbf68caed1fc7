import type { Named } from "./message.ts";

// Why somebody is notified, after "You receive this email because ".

export const owns = ({ organization }: Named) => `you are an owner of ${organization}`;
export const manages = ({ organization }: Named) => `you manage ${organization}`;
export const isMember = ({ organization }: Named) => `you are a member of ${organization}`;
