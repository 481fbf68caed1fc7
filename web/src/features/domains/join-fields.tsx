import { joinLabels } from "@muster/core/domain/join/shape.ts";
import { joinModes, joinRoles } from "@muster/core/domain/shape.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import { roleText } from "#features/rights/text.ts";
import type { Organization } from "#lib/api.ts";
import { domainName } from "#lib/domain-name.ts";
import { changeJoin, type Domain, domainsQuery } from "#lib/domains.ts";
import { organizationEventsKey } from "#lib/queries.ts";
import { Button } from "#ui/button.tsx";
import { LeaveGuard } from "#ui/leave-guard.tsx";
import { SelectField } from "#ui/native-select.tsx";
import { toast, toastFailure } from "#ui/toast.ts";
import { joinMeanings } from "./text.ts";

const modes = joinModes.map((value) => ({ value, label: joinLabels[value] }));
const roles = joinRoles.map((value) => ({ value, label: roleText[value].label }));

type Join = { mode?: (typeof joinModes)[number]; role?: (typeof joinRoles)[number] };

/** Asks how people with an address of the domain become members. */
export function JoinFields({ organization, domain }: { organization: Organization; domain: Domain }) {
  const queryClient = useQueryClient();
  const { id, join } = domain;
  const name = domainName(domain.name);
  const { queryKey } = domainsQuery(organization.id);
  const blocked = whyBlocked(organization, "domain.changeJoin");
  const form = useRef<HTMLFormElement>(null);
  const [chosen, setChosen] = useState<Join>({});
  const shown = { ...join, ...chosen };
  const isChanged = shown.mode !== join.mode || shown.role !== join.role;
  const change = useMutation({
    mutationFn: (sent: Join) => changeJoin(organization.id, domain, sent),
    onSuccess: (saved, sent) => {
      if (chosen === sent) reset();
      queryClient.setQueryData(queryKey, (list) => list?.map((one) => (one.id === id ? saved : one)));
      toast(`Joining by ${name} was changed`);
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organization.id) });
    },
    onError: (error) => {
      toastFailure(`Joining by ${name} was not changed`, error);
      void queryClient.invalidateQueries({ queryKey });
    },
  });
  /** The button that has the focus goes with the changes. */
  function reset() {
    setChosen({});
    const fields = form.current;
    if (fields?.contains(document.activeElement)) fields.querySelector("select")?.focus();
  }
  const off = blocked === undefined ? {} : { disabled: true, "aria-description": blocked };
  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate(chosen);
      }}
      className="grid items-start gap-4 sm:grid-cols-2"
    >
      <SelectField
        label={<Labeled name={name}>Joining</Labeled>}
        hint={blocked ?? joinMeanings[shown.mode]}
        value={shown.mode}
        options={modes}
        {...off}
        onChoose={(mode) => setChosen({ ...chosen, mode: mode as NonNullable<Join["mode"]> })}
      />
      {shown.mode !== "off" && (
        <SelectField
          label={<Labeled name={name}>Role</Labeled>}
          hint="Each person takes a seat."
          value={shown.role}
          options={roles}
          {...off}
          onChoose={(role) => setChosen({ ...chosen, role: role as NonNullable<Join["role"]> })}
        />
      )}
      {isChanged && (
        <div className="flex justify-end gap-2 sm:col-span-2">
          <Button onClick={reset} aria-label={`Discard joining by ${name}`}>
            Discard
          </Button>
          <Button type="submit" variant="primary" isBusy={change.isPending} aria-label={`Save joining by ${name}`}>
            Save
          </Button>
        </div>
      )}
      <LeaveGuard isHolding={() => isChanged} isLostOnReload onLeave={() => setChosen({})}>
        How people join by {name} is not saved yet.
      </LeaveGuard>
    </form>
  );
}

/** A label that also says of which domain, where there are several. */
function Labeled({ name, children }: { name: string; children: string }) {
  return (
    <>
      {children}
      <span className="sr-only"> by {name}</span>
    </>
  );
}
