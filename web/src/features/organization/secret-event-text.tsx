import { labelOf } from "@muster/core/secret/kind/shape.ts";
import { KeyRound, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { plural } from "#lib/format.ts";
import type { DataOf, WordsOf } from "./event-shape.ts";

type Which = Pick<DataOf<"secret.created">, "kind" | "last4">;

/** What events of stored API keys say. */
export const secretText: WordsOf<"secret"> = {
  "secret.created": { icon: KeyRound, sentence: (data) => <>added the API key {which(data)}</> },
  "secret.replaced": { icon: KeyRound, sentence: (data) => <>replaced an API key with {which(data)}</> },
  "secret.renamed": { icon: KeyRound, sentence: (data) => <>renamed the API key {which(data)}</> },
  "secret.enabled": { icon: KeyRound, sentence: (data) => <>enabled the API key {which(data)}</> },
  "secret.disabled": { icon: KeyRound, sentence: (data) => <>disabled the API key {which(data)}</> },
  "secret.restricted": {
    icon: KeyRound,
    sentence: ({ teams, ...data }) => (
      <>
        let {teams === undefined ? "every member" : plural(teams.length, "team")} use the API key {which(data)}
      </>
    ),
  },
  "secret.deleted": { icon: Trash2, sentence: (data) => <>deleted the API key {which(data)}</> },
};

const which = ({ kind, last4 }: Which): ReactNode => (
  <strong className="font-medium">
    {labelOf(kind)} …{last4}
  </strong>
);
