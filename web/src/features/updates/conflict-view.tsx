import type { Side } from "#features/settings/merge.ts";
import { Banner } from "#ui/banner.tsx";
import { BothTexts } from "./both-texts.tsx";
import type { Conflict, Field } from "./conflict.ts";
import { toWritten } from "./mentions.ts";

const labels: Record<Field, string> = { title: "Title", content: "Text", tags: "Tags" };

type Props = { conflict: Conflict; onChoose: (field: Field, side: Side) => void };

/** Says that an update was saved in another window while it was edited here, and asks what to keep. */
export function ConflictView({ conflict: { disputes, taken, names }, onChoose }: Props) {
  const show = (value: unknown) => (Array.isArray(value) ? value.join(", ") : toWritten(String(value), names).written);
  const all = taken.map((field) => labels[field].toLowerCase()).join(" and ");
  return (
    <div className="grid gap-3">
      <Banner tone={disputes.length > 0 ? "warning" : "info"}>
        This update was saved in another window while you were editing it.{" "}
        {taken.length > 0 && `The ${all} of that window ${taken.length === 1 ? "is" : "are"} in the form now. `}
        {disputes.length > 0
          ? "Choose what to keep. You can still change it below before you save."
          : "Your changes are still here. Save to keep both."}
      </Banner>
      {disputes.map(({ field, mine, theirs, choice }, i) => (
        <BothTexts
          key={field}
          label={labels[field]}
          texts={{ mine: show(mine), theirs: show(theirs) }}
          choice={choice}
          hasFocus={i === 0 && choice === undefined}
          onChoose={(side) => onChoose(field, side)}
        />
      ))}
    </div>
  );
}
