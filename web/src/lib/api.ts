import type { Subject } from "@muster/core/catalog/subjects.ts";
import type { Api } from "@muster/functions/api/app.ts";
import { hc } from "hono/client";
import { ApiError, offline, toApiError } from "./failure.ts";
import { type IfBehind, includingOwnChange, rememberPosition } from "./position.ts";

// The API refuses a browser's changing request without this header: no foreign page can send it.
export const ofThisPage = { headers: { "x-muster": "1" }, fetch: request };
export const { v1 } = hc<Api>(window.location.origin, ofThisPage).api;

// Sign-in

export function requestCode(email: string) {
  return read(v1["sign-in"].$post({ json: { email } }));
}

/** A new account gets the time zone of this browser. */
export function signIn(input: { flow: string; code: string }) {
  const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions();
  return read(v1["sign-in"].code.$post({ json: { ...input, zone } }));
}

export function signOut() {
  return read(v1["sign-out"].$post({ json: {} }));
}

/** Sends a code for reauthentication. */
export function requestReauthentication() {
  return read(v1.session.reauthentication.$post({ json: {} }));
}

export function reauthenticate(json: { flow: string; code: string }) {
  return read(v1.session.reauthentication.code.$post({ json }));
}

// Account

export type Account = Awaited<ReturnType<typeof getAccount>>;
export type Profile = Pick<Account, "name" | "color" | "locale" | "zone">;

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

/** Ends all sessions, devices, and passkeys. */
export function secureAccount() {
  return read(v1.account.secure.$post({ json: {} }));
}

export type Notification = Awaited<ReturnType<typeof listNotifications>>["items"][number];

export function listNotifications(cursor?: string, only?: "unread" | "mentions") {
  return read(v1.notifications.$get({ query: { ...after(cursor), ...(only && { only }) } }));
}

export function markNotificationsRead(notifications: string[]) {
  return read(v1.notifications.read.$post({ json: { notifications } }));
}

/** @param until the last `receivedAt` of those that were shown */
export function markAllNotificationsRead(until: string) {
  return read(v1.notifications["read-all"].$post({ json: { until } }));
}

export type NotificationPreferences = Awaited<ReturnType<typeof getNotificationPreferences>>;

export function getNotificationPreferences(organization: string) {
  const preferences = v1.organizations[":organization"]["notification-preferences"];
  return read(preferences.$get({ param: { organization }, query: {} }));
}

export function changeNotificationPreferences(organization: string, json: Partial<NotificationPreferences>) {
  const preferences = v1.organizations[":organization"]["notification-preferences"];
  return read(preferences.$patch({ param: { organization }, json }));
}

// Organizations

export type Organization = Awaited<ReturnType<typeof getOrganization>>;
/** A role as it is shown: one that a newer release granted is unknown. */
export type Role = Organization["role"];
/** A role that can be granted. */
export type KnownRole = Exclude<Role, "unknown">;
export const isKnown = (role: Role): role is KnownRole => role !== "unknown";

/** @throws {ApiError} for a role that only a newer release can grant */
export function knownRole(role: Role): KnownRole {
  if (isKnown(role)) return role;
  throw new ApiError("role.unknown", "Only a newer release of Muster can grant this role.");
}
export type Seats = NonNullable<Organization["seats"]>;
export type OrganizationSummary = Awaited<ReturnType<typeof listOrganizations>>["items"][number];

/** Deleted ones are listed separately: their owners can restore them, and nobody can open them. */
export async function listOrganizations(cursor?: string) {
  const { items, ...page } = await read(v1.organizations.$get({ query: after(cursor) }));
  return {
    ...page,
    items: items.filter(({ state }) => state !== "deleted"),
    deleted: items.filter(({ state }) => state === "deleted"),
  };
}

/** With the same key a repeated request creates nothing twice, however the first one ended. */
export function createOrganization(json: { name: string }, key: string) {
  return read(v1.organizations.$post({ json }, { headers: { "idempotency-key": key } }));
}

export function getOrganization(organization: string) {
  return read(v1.organizations[":organization"].$get({ param: { organization }, query: {} }));
}

export type Plan = Awaited<ReturnType<typeof listPlans>>["items"][number];

export function listPlans() {
  return read(v1.plans.$get({ query: {} }));
}

export function listResources() {
  return read(v1.resources.$get({ query: {} }));
}

export type OrganizationEvent = Awaited<ReturnType<typeof listEvents>>["items"][number];

export type EventFilter = { subject?: Subject; actor?: string; team?: string };

export function listEvents(organization: string, filter: EventFilter, cursor?: string, ifBehind?: IfBehind) {
  const { events } = v1.organizations[":organization"];
  const ask = (query: object) => events.$get({ param: { organization }, query: { ...filter, ...query } });
  return read(includingOwnChange(organization, cursor, ask, ifBehind));
}

// Invitations to me

export type Preview = Awaited<ReturnType<typeof previewInvitation>>;
export type MyInvitation = Awaited<ReturnType<typeof listMyInvitations>>["items"][number];

/** Reads the invitation of a link. It changes nothing. */
export function previewInvitation(token: string) {
  return read(v1.invitations.preview.$post({ json: { token } }));
}

export function acceptInvitation(token: string) {
  return read(v1.invitations.accept.$post({ json: { token } }));
}

export function declineInvitation(token: string) {
  return read(v1.invitations.decline.$post({ json: { token } }));
}

/** Requests a new invitation from owners and admins. */
export function requestInvitation(token: string) {
  return read(v1.invitations.request.$post({ json: { token } }));
}

export function listMyInvitations(cursor?: string) {
  return read(v1.invitations.$get({ query: after(cursor) }));
}

// Requests

type Answer<T> = Pick<Response, "ok" | "status" | "headers"> & { json(): Promise<T> };

/** @throws {ApiError} for every error response, and if no answer arrived. */
export async function read<T>(answer: Promise<Answer<T>>): Promise<T> {
  const response = await answer;
  return response.status === 204 ? (undefined as T) : response.json();
}

async function request(input: RequestInfo | URL, init?: RequestInit) {
  const response = await fetch(input, init).catch((cause: unknown) => {
    // threat: a page that was left says that the network is gone
    init?.signal?.throwIfAborted();
    throw new ApiError(offline, "The server did not answer.", { cause });
  });
  if (!response.ok) {
    throw await toApiError(response);
  }
  rememberPosition(response.url, response);
  return response;
}

export function signalOf(signal: AbortSignal | undefined) {
  return signal ? { signal } : {};
}

export function after(cursor: string | undefined) {
  return cursor === undefined ? {} : { cursor };
}
