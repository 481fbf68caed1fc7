import type { Allowance } from "@muster/core/kernel/context.ts";

/** The values that the app puts into Hono's context. */
export type Env = {
  /** The part of API Gateway's event that is used. */
  Bindings: { requestContext?: { requestId?: string; http?: { sourceIp?: string } } };
  Variables: { requestId: string; site: Site; allowances: Allowance[] };
};

/** The site of this deployment. Locally it is plain http on loopback, and cookies have other names. */
export type Site = {
  url: string;
  secure: boolean;
  originSecrets?: () => readonly string[];
  /** The name of the code that answers. */
  release?: string;
};
