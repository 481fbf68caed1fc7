import { Hono } from "hono/quick";
import type { Env, Site } from "./env.ts";
import { passkeys } from "./passkey.ts";
import { answering, opened } from "./serve.ts";

const routes = new Hono<Env>().route("/passkeys", passkeys);

/**
 * The ways to sign in beside an emailed code, for a site. Their function alone has the libraries of their protocols,
 * which would slow each start of the API.
 */
export const identityApp = (site: Site) => answering(opened(site).route("/api/v1", routes));

export type IdentityApi = ReturnType<typeof identityApp>;
