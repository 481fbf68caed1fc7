import { useState } from "react";
import { useTeamNames } from "#lib/use-team-names.ts";
import { NativeSelect } from "#ui/native-select.tsx";
import { opened } from "#ui/opened.tsx";

const FindDialog = opened(async () => (await import("./find-dialog.tsx")).FindDialog);

const find = "find";
type Option = { value: string; label: string };

type Props = {
  organizationId: string;
  "aria-label": string;
  /** Options that are always offered, before the teams or in place of one. */
  options: readonly Option[];
  /** True if there are other teams, which a search finds. */
  hasMore: boolean;
  /** The team, or another of the values. */
  value: string;
  onChoose: (value: string) => void;
  className?: string;
};

/** A choice between teams. Of many, those that are not offered are found in a dialog. */
export function TeamSelect({ organizationId, options, hasMore, value, onChoose, ...rest }: Props) {
  const [isFinding, setFinding] = useState(false);
  const isOffered = options.some((option) => option.value === value);
  const { nameOf, isLoaded, failure } = useTeamNames(organizationId, isOffered || value === "" ? [] : [value]);
  const unlisted = value === "" ? "Choose a team" : (nameOf(value) ?? (isLoaded || failure ? "A team" : "…"));
  const all = [
    ...options,
    ...(isOffered ? [] : [{ value, label: unlisted }]),
    ...(hasMore ? [{ value: find, label: "Find a team…" }] : []),
  ];
  return (
    <>
      <NativeSelect
        {...rest}
        value={value}
        options={all}
        onChoose={(chosen) => (chosen === find ? setFinding(true) : onChoose(chosen))}
      />
      <FindDialog
        organizationId={organizationId}
        isOpen={isFinding}
        onClose={() => setFinding(false)}
        onChoose={({ id }) => {
          setFinding(false);
          onChoose(id);
        }}
      />
    </>
  );
}
