import type { Column } from "@muster/core/reading/preview.ts";
import { type ColumnName, columnNames } from "@muster/core/reading/shape.ts";
import { useId, useState } from "react";
import { plural } from "#lib/format.ts";
import { Button } from "#ui/button.tsx";
import { FieldError } from "#ui/field.tsx";
import { NativeSelect } from "#ui/native-select.tsx";
import { isUnclear, withColumn } from "./choose-columns.ts";
import { columnText } from "./inspection-text.ts";

/** Files of other systems have dozens of columns. */
const maxAtFirst = 6;
const maxShown = 60;

const options = columnNames.map((value) => ({ value, label: columnText[value] }));

type Props = {
  columns: Column[];
  hasHeader: boolean;
  /** The content of each column: as recognized, or as the person chose. */
  names: readonly ColumnName[];
  isChosen: boolean;
  onChange: (names: ColumnName[] | undefined) => void;
};

/** Shows the content of each column of the file, with some of its cells; the person can choose otherwise. */
export function Columns({ columns, hasHeader, names, isChosen, onChange }: Props) {
  const title = useId();
  const [areAll, setAll] = useState(false);
  const order = [...columns.keys()].slice(0, maxShown);
  const shown = areAll ? order : visible(order, names);
  const left = order.length - shown.length;
  return (
    <section aria-labelledby={title} className="rounded-lg border border-border">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 border-b border-border bg-surface-2 px-4 py-2">
        <h3 id={title} className="text-sm font-medium">
          Columns
        </h3>
        <p className="text-sm text-fg-2">{noteOf({ columns, hasHeader, isChosen })}</p>
      </div>
      <ul className="divide-y divide-border">
        {shown.map((at) => (
          <Row
            key={at}
            column={columns[at]}
            at={at}
            name={names[at] ?? "ignore"}
            onChoose={(name) => onChange(withColumn(padded(names, columns.length), at, name))}
          />
        ))}
      </ul>
      {!names.includes("email") && (
        <div className="border-t border-border px-4 py-2 text-sm">
          <FieldError>Choose the column of the addresses.</FieldError>
        </div>
      )}
      {(left > 0 || isChosen) && (
        <div className="flex flex-wrap items-center gap-2 border-t border-border px-4 py-2">
          {left > 0 && (
            <Button size="small" variant="ghost" onClick={() => setAll(true)}>
              {plural(left, "more column", "more columns")}
            </Button>
          )}
          {isChosen && (
            <Button size="small" variant="ghost" onClick={() => onChange(undefined)}>
              As recognized
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

/** Those that hold something first, then the others; in the order of the file. */
function visible(order: number[], names: readonly ColumnName[]) {
  const isRead = (at: number) => (names[at] ?? "ignore") !== "ignore";
  const chosen = new Set([...order.filter(isRead), ...order.filter((at) => !isRead(at))].slice(0, maxAtFirst));
  return order.filter((at) => chosen.has(at));
}

const padded = (names: readonly ColumnName[], length: number) =>
  Array.from({ length }, (_, at): ColumnName => names[at] ?? "ignore");

function noteOf({ columns, hasHeader, isChosen }: Pick<Props, "columns" | "hasHeader" | "isChosen">) {
  if (isChosen) {
    return "As you chose.";
  }
  if (hasHeader) {
    return isUnclear(columns, hasHeader)
      ? "Only the addresses were recognized. Choose what else to read."
      : "Recognized by their headings.";
  }
  return columns.filter(({ cells }) => cells.length > 0).length > 1
    ? "The file has no header. Check what each column is."
    : "Recognized by their content.";
}

type RowProps = { column: Column | undefined; at: number; name: ColumnName; onChoose: (name: ColumnName) => void };

function Row({ column, at, name, onChoose }: RowProps) {
  const heading = column?.heading || `Column ${at + 1}`;
  const cells = column?.cells.join(", ");
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_8.5rem] items-center gap-x-3 px-4 py-1.5 text-sm">
      <p className="min-w-0 truncate" title={cells}>
        <span className={name === "ignore" ? "text-fg-2" : "font-medium"}>{heading}</span>{" "}
        <span className="text-fg-3">{cells || "Empty"}</span>
      </p>
      <NativeSelect
        aria-label={heading}
        value={name}
        options={options}
        onChoose={(value) => onChoose(value as ColumnName)}
        className="w-full"
      />
    </li>
  );
}
