import { daySeconds } from "@muster/core/base/duration.ts";
import { failure } from "@muster/core/base/failure.ts";
import { equalText } from "@muster/core/base/hash.ts";
import type { Origin } from "@muster/core/kernel/actor.ts";
import { browserDays, lifetimeDays } from "@muster/core/session/limits.ts";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { Env, Site } from "./env.ts";

const sessionSeconds = lifetimeDays * daySeconds;
const browserSeconds = browserDays * daySeconds;

export const failures = {
  origin: failure("forbidden", "request.cross_site", "This request did not come from this site."),
  unrouted: failure("forbidden", "request.wrong_origin", "Use the site's own address to reach the API."),
};

/**
 * Returns the token of a request: a bearer token from scripts, or a browser's cookie. For an unsafe request the cookie
 * counts only if one of our pages sends it: exact origin, same-origin fetch, and a header of our own.
 * @throws request.cross_site
 */
export function tokenOf(c: Context<Env>): string | undefined {
  const bearer = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (bearer) return bearer;
  const cookie = getCookie(c, cookieNames(c.get("site")).session);
  // threat: CSRF: a cookie needs no page of ours
  if (cookie !== undefined && !["GET", "HEAD", "OPTIONS"].includes(c.req.method)) refuseCrossSite(c);
  return cookie;
}

/** @throws request.cross_site */
export function refuseCrossSite(c: Context<Env>): void {
  const fetchSite = c.req.header("sec-fetch-site");
  // threat: CSRF: any origin
  // threat: CSRF: a sibling subdomain
  // threat: CSRF: fetch metadata are ignored
  const sameOrigin = c.req.header("origin") === c.get("site").url && (fetchSite ?? "same-origin") === "same-origin";
  // threat: CSRF: no header of our own
  if (!sameOrigin || c.req.header("x-muster") !== "1") throw failures.origin();
}

export function setSession(c: Context<Env>, token: string, browser: string): void {
  const names = cookieNames(c.get("site"));
  setCookie(c, names.session, token, { ...attributes(c.get("site")), maxAge: sessionSeconds });
  setCookie(c, names.browser, browser, { ...attributes(c.get("site")), maxAge: browserSeconds });
}

/** Removes the session; the mark of a known browser stays. */
export function clearSession(c: Context<Env>): void {
  setCookie(c, cookieNames(c.get("site")).session, "", { ...attributes(c.get("site")), maxAge: 0 });
}

/**
 * Refuses requests that bypass CloudFront, which sends the origin secret, if there is one.
 * @throws request.wrong_origin
 */
export function refuseUnrouted(c: Context<Env>): void {
  const valid = originSecrets(c);
  const shown = c.req.header("x-muster-origin") ?? "";
  // threat: the API answers past CloudFront
  if (valid.length > 0 && !valid.some((one) => equalText(shown, one))) throw failures.unrouted();
}

/**
 * Returns where a request comes from. CloudFront's header names the client only if CloudFront also had to send the
 * origin secret.
 */
export function originOf(c: Context<Env>): Origin {
  const viewer =
    // threat: anybody names the address that they come from
    originSecrets(c).length > 0 ? c.req.header("cloudfront-viewer-address")?.replace(/:\d+$/, "") : undefined;
  return {
    ip: viewer ?? c.env?.requestContext?.http?.sourceIp ?? "unknown",
    agent: c.req.header("user-agent") ?? "",
    browser: getCookie(c, cookieNames(c.get("site")).browser),
  };
}

const originSecrets = (c: Context<Env>) => c.get("site").originSecrets?.() ?? [];

/** The __Host- prefix binds a cookie to this host and to https, which a loopback run does not have. */
export const cookieNames = ({ secure }: Site) =>
  secure ? { session: "__Host-s", browser: "__Host-b" } : { session: "s", browser: "b" };

// threat: scripts read the session cookie
// threat: other sites send the session cookie
const attributes = ({ secure }: Site) => ({ path: "/", secure, httpOnly: true, sameSite: "Strict" }) as const;
