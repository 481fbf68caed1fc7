import type { KindName } from "@muster/core/secret/kind/shape.ts";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useReauthenticatedTask } from "#features/reauthentication/use-reauthentication.ts";
import type { ChosenTeam } from "#features/teams/teams-field.tsx";
import { ApiError } from "#lib/failure.ts";
import { organizationEventsKey } from "#lib/queries.ts";
import { addSecret, type Credentials, replaceSecret, type Secret, secretsQuery } from "#lib/secrets.ts";
import { type Entered, type Mistakes, mistakesIn, nameMistake, valuesOf, warningOf } from "./form.ts";

/** The form of a key that is added, or replaced if one is given. What is entered is kept in this form only. */
export function useEditor(organizationId: string, secret: Secret | undefined, onSaved: (saved: Secret) => void) {
  const queryClient = useQueryClient();
  const [kind, setKind] = useState((secret?.kind ?? "openai") as KindName);
  const [entered, setEntered] = useState<Entered>(() => secret?.details ?? {});
  const [name, setName] = useState("");
  const [teams, setTeams] = useState<ChosenTeam[]>([]);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [isSubmitted, setSubmitted] = useState(false);
  const [refused, setRefused] = useState<Mistakes>({});
  const [requestKey, setRequestKey] = useState(() => crypto.randomUUID());

  const all = { ...mistakesIn(kind, entered, isSubmitted), ...named(isSubmitted) };
  const isShown = (field: string) => isSubmitted || left.has(field);
  const mistakes = Object.fromEntries(Object.entries(all).filter(([field]) => isShown(field)));

  function named(isToBeSent: boolean): Mistakes {
    const mistake = secret || (name === "" && !isToBeSent) ? undefined : nameMistake(name);
    return mistake === undefined ? {} : { name: mistake };
  }

  function changed() {
    setRefused({});
    setRequestKey(crypto.randomUUID());
  }

  const save = useReauthenticatedTask<void>(async () => {
    const credentials = { kind, ...valuesOf(kind, entered) } as Credentials;
    try {
      const saved = secret
        ? await replaceSecret(organizationId, secret.id, { credentials, revision: secret.revision }, requestKey)
        : await addSecret(
            organizationId,
            { name, credentials, ...(teams.length > 0 && { teams: teams.map(({ id }) => id) }) },
            requestKey,
          );
      const { queryKey } = secretsQuery(organizationId);
      queryClient.setQueryData(queryKey, (list) => list && withSaved(list, saved));
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
      onSaved(saved);
    } catch (error) {
      const fields = error instanceof ApiError ? fieldsOf(error) : {};
      setRefused(fields);
      if (Object.keys(fields).length === 0) {
        throw error;
      }
    }
  });

  return {
    reauthentication: save.reauthentication,
    kind,
    entered,
    name,
    teams,
    mistakes: { ...mistakes, ...refused },
    warning: warningOf(kind, entered),
    failure: save.failure,
    isBusy: save.isBusy,
    setTeams: (chosen: ChosenTeam[]) => {
      setTeams(chosen);
      changed();
    },
    setName: (text: string) => {
      setName(text);
      changed();
    },
    setKind: (next: KindName) => {
      setKind(next);
      setSubmitted(false);
      changed();
    },
    /** A text that comes at once was pasted, and is judged at once. */
    enter: (field: string, value: string) => {
      if (value.length > (entered[field]?.length ?? 0) + 1) {
        leave(field);
      }
      setEntered({ ...entered, [field]: value });
      changed();
    },
    leave,
    submit: () => {
      setSubmitted(true);
      const isComplete = Object.keys({ ...mistakesIn(kind, entered, true), ...named(true) }).length === 0;
      if (isComplete) {
        void save.run();
      }
      return isComplete;
    },
  };

  function leave(field: string) {
    setLeft(new Set(left).add(field));
  }
}

const withSaved = (list: Secret[], saved: Secret) =>
  list.some(({ id }) => id === saved.id) ? list.map((one) => (one.id === saved.id ? saved : one)) : [...list, saved];

/** Returns the API's mistakes of each field, by its name here. */
const fieldsOf = ({ fields }: ApiError): Mistakes =>
  Object.fromEntries(fields.map(({ path, message }) => [path.replace(/^\/?(credentials[./])?/, ""), message]));
