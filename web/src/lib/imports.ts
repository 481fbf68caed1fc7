import type { Reading } from "@muster/core/reading/columns.ts";
import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { after, read, signalOf, v1 } from "./api.ts";
import { ApiError, offline, toApiError } from "./failure.ts";
import type { Undelivered } from "./people.ts";

// Imports of an organization. Separate from the rest of the API, which every page loads.

const imports = v1.organizations[":organization"].imports;
const one = imports[":import"];

export type Import = Awaited<ReturnType<typeof listImports>>["items"][number];
export type ImportState = Import["state"];
export type ImportReason = NonNullable<Import["reason"]>;
export type Begun = Awaited<ReturnType<typeof createImport>>;
export type ImportForm = Begun["upload"];
export type ImportRow = Awaited<ReturnType<typeof listImportRows>>["items"][number];
/** The outcome of a row. */
export type Outcome = keyof Import["counts"];
export type Report = "all" | "failed";

export function listImports(organization: string, cursor?: string, signal?: AbortSignal) {
  return read(imports.$get({ param: { organization }, query: after(cursor) }, { init: signalOf(signal) }));
}

/** Begins an import, and returns the form for uploading its file within the hour. */
export function createImport(organization: string, order: { fileName: string; lifetimeDays: number } & Reading) {
  const { columns, roles, ...more } = order;
  const json = { ...more, ...(columns && { columns: [...columns] }), ...(roles && { roles: [...roles] }) };
  return read(imports.$post({ param: { organization }, json }));
}

/** The ETag of an answer, so that the same one need not be sent again. */
const tags = new WeakMap<Import, string>();

/** The current state of an import. While it equals `known`, that very object is returned. */
export async function getImport(organization: string, id: string, known?: Import, signal?: AbortSignal) {
  const tag = known && tags.get(known);
  const path = `/api/v1/organizations/${organization}/imports/${id}`;
  const headers = { "x-muster": "1", ...(tag !== undefined && { "if-none-match": tag }) };
  const answer = await fetch(path, { headers, ...signalOf(signal) }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new ApiError(offline, "The server did not answer.", { cause });
  });
  if (answer.status === 304 && known) {
    return known;
  }
  if (!answer.ok) {
    throw await toApiError(answer);
  }
  const found = (await answer.json()) as Import;
  tags.set(found, answer.headers.get("etag") ?? "");
  return found;
}

export function cancelImport(organization: string, id: string) {
  return read(one.cancel.$post({ param: { organization, import: id }, json: {} }));
}

export function retryImport(organization: string, id: string) {
  return read(one.retry.$post({ param: { organization, import: id }, json: {} }));
}

/** Stops the emails of an import until they are resumed; returns their counts. */
export function pauseMails(organization: string, id: string) {
  return read(one.mails.pause.$post({ param: { organization, import: id }, json: {} }));
}

export function resumeMails(organization: string, id: string) {
  return read(one.mails.resume.$post({ param: { organization, import: id }, json: {} }));
}

/** Sends new links to some of the import's invitations whose email did not leave. */
export function resendMails(organization: string, id: string, mail: Undelivered, cursor?: string) {
  return read(one.mails.resend.$post({ param: { organization, import: id }, json: { mail, ...after(cursor) } }));
}

export function getReport(organization: string, id: string, rows: Report) {
  return read(one.report.$get({ param: { organization, import: id }, query: { rows } }));
}

export function listImportRows(
  organization: string,
  id: string,
  outcome: Outcome | undefined,
  cursor?: string,
  signal?: AbortSignal,
) {
  const query = { ...after(cursor), ...(outcome && { outcome }) };
  return read(one.rows.$get({ param: { organization, import: id }, query }, { init: signalOf(signal) }));
}

// Who scripts import for

export type ImportSetting = Awaited<ReturnType<typeof getImportSetting>>;
export type ImportRules = { runAs?: string; role: Exclude<ImportSetting["role"], "unknown">; lifetimeDays: number };

export function getImportSetting(organization: string) {
  return read(imports.setting.$get({ param: { organization }, query: {} }));
}

/** Saves all of the setting. The revision is that of the setting that was read. */
export function saveImportSetting(organization: string, revision: number, rules: ImportRules) {
  return read(imports.setting.$put({ param: { organization }, json: { ...rules, revision } }));
}

// Queries

const fromStart = { initialPageParam: undefined as string | undefined };
const nextCursor = (page: { next?: string | undefined }) => page.next;

export function importsKey(organizationId: string) {
  return ["organization", organizationId, "imports"] as const;
}

export function importsQuery(organizationId: string) {
  return infiniteQueryOptions({
    queryKey: [...importsKey(organizationId), "list"],
    queryFn: ({ pageParam, signal }) => listImports(organizationId, pageParam, signal),
    getNextPageParam: nextCursor,
    ...fromStart,
  });
}

export function importQuery(organizationId: string, id: string) {
  const queryKey = [...importsKey(organizationId), "one", id];
  return queryOptions({
    queryKey,
    queryFn: ({ client, signal }) => getImport(organizationId, id, client.getQueryData<Import>(queryKey), signal),
    // the same object means that nothing has changed
    structuralSharing: false,
    staleTime: 0,
  });
}

export function importRowsQuery(organizationId: string, id: string, outcome: Outcome | undefined) {
  return infiniteQueryOptions({
    queryKey: [...importsKey(organizationId), "rows", id, outcome ?? "all"],
    queryFn: ({ pageParam, signal }) => listImportRows(organizationId, id, outcome, pageParam, signal),
    getNextPageParam: nextCursor,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    ...fromStart,
  });
}

export function importSettingQuery(organizationId: string) {
  return queryOptions({
    queryKey: [...importsKey(organizationId), "setting"],
    queryFn: () => getImportSetting(organizationId),
  });
}

/** Updates an import from the API's answer wherever it is shown. */
export function putImport(queryClient: QueryClient, organizationId: string, found: Import) {
  queryClient.setQueryData(importQuery(organizationId, found.id).queryKey, found);
  queryClient.setQueryData(
    importsQuery(organizationId).queryKey,
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({
          ...page,
          items: page.items.map((item) => (item.id === found.id ? found : item)),
        })),
      },
  );
}
