import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { Gate } from "#features/failure/gate.tsx";
import { cn } from "#lib/cn.ts";
import { emailName } from "#lib/domain-name.ts";
import type { Format } from "#lib/format.ts";
import { type Import, type ImportRow, importRowsQuery, type Outcome } from "#lib/imports.ts";
import { useFormat } from "#lib/use-format.ts";
import { Section } from "#ui/card.tsx";
import { LongTable } from "#ui/long-table.tsx";
import { NativeSelect } from "#ui/native-select.tsx";
import type { Column } from "#ui/table.tsx";
import { countsOf, lookOf, outcomeNames, outcomeText } from "./text.ts";

const from = "/_signed-in/organizations/$organization/imports/$import";

type Props = { organizationId: string; found: Import };

/** The rows with a remark or a problem, in the order of the file, all of them or those with one outcome. */
export function ImportRows({ organizationId, found }: Props) {
  const { outcome: named } = useSearch({ from });
  const outcome = outcomeNames.find((one) => one === named);
  const list = useImportRows({ organizationId, found, outcome });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const format = useFormat();
  const columns = useMemo(() => columnsFor(format), [format]);
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
            <LongTable
              label="Rows to review"
              columns={columns}
              list={list}
              items={rows}
              idOf={({ row }) => String(row)}
              isPart
            />
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

function columnsFor(format: Format): Column<ImportRow>[] {
  return [
    {
      head: "Line",
      width: "72px",
      narrow: "64px",
      className: "tabular text-sm text-fg-3",
      cell: ({ line }) => format.number(line),
    },
    {
      head: "Address",
      cell: ({ email, message }) => (
        <>
          <p className="truncate font-medium" title={email}>
            {email ? emailName(email) : <span className="font-normal text-fg-3">Empty</span>}
          </p>
          <p className="line-clamp-2 text-xs text-fg-2 md:hidden" title={message}>
            {message}
          </p>
        </>
      ),
    },
    { head: "Result", width: "minmax(0,1.3fr)", narrow: "hidden", cell: (row) => <Result row={row} /> },
  ];
}

function Result({ row }: { row: ImportRow }) {
  const { icon: Icon, text } = lookOf(row);
  return (
    <div className="flex items-start gap-2 text-sm">
      <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", text)} />
      <span className="line-clamp-2 text-fg-2" title={row.message}>
        {row.message}
      </span>
    </div>
  );
}
