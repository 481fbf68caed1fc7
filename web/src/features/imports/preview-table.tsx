import { CircleAlert, CircleCheck } from "lucide-react";
import { roleText } from "#features/rights/text.ts";
import { emailName } from "#lib/domain-name.ts";
import { type Column, Table } from "#ui/table.tsx";
import type { Finding, Sheet } from "./inspect.ts";
import { findingSentence } from "./inspection-text.ts";

const maxShown = 6;

type Sample = Sheet["sample"][number];
type Props = { sample: Sheet["sample"]; findings: Finding[] };

/** The first rows as they are read. */
export function PreviewTable({ sample, findings }: Props) {
  return (
    <div className="overflow-clip rounded-lg border border-border">
      <Table
        label="First rows"
        className="-mt-px text-sm"
        columns={columnsFor(sample, findings)}
        items={sample.slice(0, maxShown)}
        idOf={({ row }) => String(row.row)}
      />
    </div>
  );
}

function columnsFor(sample: Sheet["sample"], findings: Finding[]): Column<Sample>[] {
  const shows = (cell: "name" | "teams") => sample.some(({ row }) => row[cell] !== "");
  const text = (read: (one: Sample) => string | undefined) => (one: Sample) => {
    const shown = read(one);
    return <span title={shown}>{shown || <span className="text-fg-3">–</span>}</span>;
  };
  const name: Column<Sample> = {
    head: "Name",
    narrow: "hidden",
    className: "truncate",
    cell: text(({ row, judged }) => ("code" in judged ? row.name : judged.name || row.name)),
  };
  const teams: Column<Sample> = {
    head: "Teams",
    narrow: "hidden",
    className: "truncate",
    cell: text(({ row, judged }) => ("code" in judged ? row.teams : judged.teams?.join(", ") || row.teams)),
  };
  return [
    { head: "Line", width: "48px", className: "tabular text-fg-3", cell: ({ row }) => row.line },
    {
      head: "Address",
      className: "truncate font-medium",
      cell: text(({ row, judged }) => ("code" in judged ? row.email : emailName(judged.email))),
    },
    ...(shows("name") ? [name] : []),
    {
      head: "Role",
      width: "84px",
      className: "truncate",
      cell: text(({ row, judged }) => ("code" in judged ? row.role : roleText[judged.role].label)),
    },
    ...(shows("teams") ? [teams] : []),
    {
      head: "Status",
      isHeadHidden: true,
      width: "16px",
      cell: ({ row }) => <Status finding={findings.find(({ line }) => line === row.line)} />,
    },
  ];
}

function Status({ finding }: { finding: Finding | undefined }) {
  const sentence = finding && findingSentence(finding);
  return (
    <span title={sentence}>
      {sentence === undefined ? (
        <CircleCheck aria-label="Ready" className="size-4 text-success-text" />
      ) : (
        <CircleAlert aria-label={sentence} className="size-4 text-danger-text" />
      )}
    </span>
  );
}
