import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { Gate } from "#features/failure/gate.tsx";
import { NextPageFailure } from "#features/failure/retry-line.tsx";
import { cn } from "#lib/cn.ts";
import { emailName } from "#lib/domain-name.ts";
import { type Import, type ImportRow, importRowsQuery, type Outcome } from "#lib/imports.ts";
import { useFormat } from "#lib/use-format.ts";
import { useNextPage } from "#lib/use-next-page.ts";
import { useVisibleRows } from "#lib/use-visible-rows.ts";
import { Section } from "#ui/card.tsx";
import { NativeSelect } from "#ui/native-select.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { countsOf, lookOf, outcomeNames, outcomeText } from "./text.ts";

const from = "/_signed-in/organizations/$organization/imports/$import";
const rowHeight = 64;
const columns =
  "grid grid-cols-[64px_minmax(0,1fr)] items-center gap-x-4 px-5 md:grid-cols-[72px_minmax(0,1fr)_minmax(0,1.3fr)]";

type Props = { organizationId: string; found: Import };

/** The rows with a remark or a problem, in the order of the file, all of them or those with one outcome. */
export function ImportRows({ organizationId, found }: Props) {
  const { outcome: named } = useSearch({ from });
  const outcome = outcomeNames.find((one) => one === named);
  const list = useImportRows({ organizationId, found, outcome });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section
      title="Rows to review"
      action={<OutcomeFilter found={found} outcome={outcome} />}
      className="min-w-0 scroll-mt-16 overflow-clip"
    >
      <div id="rows">
        <Gate query={list} part="px-5 pb-5">
          {rows.length === 0 && list.isSuccess && !list.hasNextPage ? (
            <p className="px-5 pb-5 text-sm text-fg-2">{emptyText(found, outcome)}</p>
          ) : (
            <Table list={list} rows={rows} />
          )}
        </Gate>
      </div>
    </Section>
  );
}

function emptyText({ endedAt }: Import, outcome: Outcome | undefined) {
  if (endedAt === undefined) {
    return "None so far.";
  }
  return outcome ? "No rows with this result." : "Every row was invited exactly as written.";
}

type Wanted = Props & { outcome: Outcome | undefined };

/** While it runs, new rows are added after the existing ones, without disturbing the reader. */
function useImportRows({ organizationId, found, outcome }: Wanted) {
  const isRunning = found.endedAt === undefined;
  return useInfiniteQuery({
    ...importRowsQuery(organizationId, found.id, outcome),
    refetchInterval: ({ state }) => (isRunning && (state.data?.pages.length ?? 0) <= 1 ? 4_000 : false),
  });
}

function OutcomeFilter({ found, outcome }: { found: Import; outcome: Outcome | undefined }) {
  const navigate = useNavigate({ from: "/organizations/$organization/imports/$import" });
  const format = useFormat();
  const counts = countsOf(found);
  const isGone = outcome !== undefined && !counts.some((one) => one.outcome === outcome);
  const options = [
    { value: "", label: "All" },
    ...counts.map(({ outcome, label, count }) => ({
      value: outcome as string,
      label: `${label} (${format.number(count)})`,
    })),
    ...(isGone ? [{ value: outcome as string, label: outcomeText[outcome].label }] : []),
  ];
  return (
    <NativeSelect
      aria-label="Filter rows"
      value={outcome ?? ""}
      options={options}
      onChoose={(value) =>
        void navigate({ search: value ? { outcome: value } : {}, replace: true, resetScroll: false })
      }
      className="w-48 max-sm:w-36"
    />
  );
}

type TableProps = { list: ReturnType<typeof useImportRows>; rows: ImportRow[] };

function Table({ list, rows }: TableProps) {
  const format = useFormat();
  const waiting = list.isPending ? 4 : list.hasNextPage ? 2 : 0;
  const [body, range] = useVisibleRows(rows.length + waiting, rowHeight);
  useNextPage(list, rows.length, range.end);
  useReadOn(list, rows.length);
  return (
    <>
      <table
        className="block border-t border-border"
        aria-label="Rows to review"
        aria-rowcount={list.hasNextPage ? -1 : rows.length + 1}
        aria-busy={list.isFetching}
      >
        <thead className="block border-b border-border bg-surface-2">
          <tr aria-rowindex={1} className={cn(columns, "h-9 text-xs text-fg-2 [&>th]:text-left [&>th]:font-medium")}>
            <th scope="col">Line</th>
            <th scope="col">Address</th>
            <th scope="col" className="max-md:hidden">
              Result
            </th>
          </tr>
        </thead>
        <tbody ref={body} style={range.style} className="block">
          {rows.slice(range.first, Math.min(range.end, rows.length)).map((row, index) => (
            <Row key={row.row} row={row} index={range.first + index} line={format.number(row.line)} />
          ))}
          {Array.from({ length: Math.max(0, range.end - Math.max(range.first, rows.length)) }, (_, index) => (
            <WaitingRow key={`waiting ${rows.length + index}`} />
          ))}
        </tbody>
      </table>
      <NextPageFailure list={list} className="border-t border-border" />
    </>
  );
}

/** A page may be empty and still have a next one. */
function useReadOn(
  { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage }: TableProps["list"],
  count: number,
) {
  const wants = count === 0 && hasNextPage && !isFetching && !isFetchNextPageError;
  useEffect(() => {
    if (wants) {
      void fetchNextPage();
    }
  }, [wants, fetchNextPage]);
}

function WaitingRow() {
  return (
    <tr aria-hidden className="block">
      <td className="block">
        <Waiting />
      </td>
    </tr>
  );
}

function Waiting() {
  return (
    <div className={cn(columns, "h-16 border-b border-border")}>
      <Skeleton className="h-3.5 w-8" />
      <Skeleton className="h-3.5 w-40" />
    </div>
  );
}

function Row({ row, index, line }: { row: ImportRow; index: number; line: string }) {
  const { email, message } = row;
  const { icon: Icon, text } = lookOf(row);
  return (
    <tr aria-rowindex={index + 2} className={cn(columns, "h-16 border-b border-border last:border-b-0")}>
      <td className="tabular text-sm text-fg-3">{line}</td>
      <td className="min-w-0">
        <p className="truncate font-medium" title={email}>
          {email ? emailName(email) : <span className="font-normal text-fg-3">Empty</span>}
        </p>
        <p className="line-clamp-2 text-xs text-fg-2 md:hidden" title={message}>
          {message}
        </p>
      </td>
      <td className="flex min-w-0 items-start gap-2 text-sm max-md:hidden">
        <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", text)} />
        <span className="line-clamp-2 text-fg-2" title={message}>
          {message}
        </span>
      </td>
    </tr>
  );
}
