import type { Api } from "@muster/functions/api/app.ts";
import { hc } from "hono/client";
import { ApiError, offline, toApiError } from "./failure.ts";

// The API refuses a change that a browser asks for without this header: no foreign page can send it.
const { v1 } = hc<Api>(window.location.origin, { headers: { "x-muster": "1" }, fetch: request }).api;

// Sign-in

export function askForCode(email: string) {
  return read(v1["sign-in"].$post({ json: { email } }));
}

export function enterCode(json: { flow: string; code: string }) {
  return read(v1["sign-in"].code.$post({ json }));
}

export function signOut() {
  return read(v1["sign-out"].$post({ json: {} }));
}

// Account

export type Account = Awaited<ReturnType<typeof getAccount>>;
export type Profile = Pick<Account, "name" | "colour" | "locale" | "zone">;

export function getAccount() {
  return read(v1.account.$get({ query: {} }));
}

export function editAccount(json: Partial<Profile>) {
  return read(v1.account.$patch({ json }));
}

export type Session = Awaited<ReturnType<typeof listSessions>>["items"][number];

export function listSessions(cursor?: string) {
  return read(v1.sessions.$get({ query: after(cursor) }));
}

export function endSession(session: string) {
  return read(v1.sessions[":session"].$delete({ param: { session }, json: {} }));
}

export function endAllSessions() {
  return read(v1.sessions.$delete({ json: {} }));
}

export type Notice = Awaited<ReturnType<typeof listNotices>>["items"][number];

export function listNotices(cursor?: string) {
  return read(v1.notices.$get({ query: after(cursor) }));
}

// Organizations

export type Organization = Awaited<ReturnType<typeof getOrganization>>;
export type OrganizationSummary = Awaited<ReturnType<typeof listOrganizations>>["items"][number];

export function listOrganizations(cursor?: string) {
  return read(v1.organizations.$get({ query: after(cursor) }));
}

/** With the same key a repeated request founds nothing twice, however the first one ended. */
export function createOrganization(json: { name: string }, key: string) {
  return read(v1.organizations.$post({ json }, { headers: { "idempotency-key": key } }));
}

export function getOrganization(organization: string) {
  return read(v1.organizations[":organization"].$get({ param: { organization }, query: {} }));
}

export function renameOrganization(organization: string, json: { name: string; revision: number }) {
  return read(v1.organizations[":organization"].$patch({ param: { organization }, json }));
}

export type OrganizationEvent = Awaited<ReturnType<typeof listEvents>>["items"][number];

export function listEvents(organization: string, cursor?: string) {
  return read(v1.organizations[":organization"].events.$get({ param: { organization }, query: after(cursor) }));
}

// Requests

type Answer<T> = Pick<Response, "ok" | "status" | "headers"> & { json(): Promise<T> };

/** @throws {ApiError} for every refusal, and when no answer came. */
async function read<T>(answer: Promise<Answer<T>>): Promise<T> {
  const response = await answer;
  return response.status === 204 ? (undefined as T) : response.json();
}

async function request(input: RequestInfo | URL, init?: RequestInit) {
  const response = await fetch(input, init).catch((cause: unknown) => {
    throw new ApiError(offline, "The server did not answer.", { cause });
  });
  if (!response.ok) {
    throw await toApiError(response);
  }
  return response;
}

function after(cursor: string | undefined) {
  return cursor === undefined ? {} : { cursor };
}
