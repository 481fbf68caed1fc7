import { joinModes, joinRoles } from "@muster/core/domain/shape.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { whyBlocked } from "#features/organization/blocked.ts";
import { roleText } from "#features/organization/text.ts";
import type { Organization } from "#lib/api.ts";
import { changeJoin, type Domain, domainsQuery } from "#lib/domains.ts";
import { toSentence } from "#lib/failure.ts";
import { organizationEventsKey } from "#lib/queries.ts";
import { Field } from "#ui/field.tsx";
import { NativeSelect } from "#ui/native-select.tsx";
import { toast } from "#ui/toast.ts";
import { joinText } from "./text.ts";

const modes = joinModes.map((value) => ({ value, label: joinText[value].label }));
const roles = joinRoles.map((value) => ({ value, label: roleText[value].label }));

type Join = { mode?: (typeof joinModes)[number]; role?: (typeof joinRoles)[number] };

/** How people with an address of the domain become members. A choice is saved at once. */
export function JoinFields({ organization, domain }: { organization: Organization; domain: Domain }) {
  const queryClient = useQueryClient();
  const { id, name, join } = domain;
  const { queryKey } = domainsQuery(organization.id);
  const blocked = whyBlocked(organization, "domain.changeJoin");
  const change = useMutation({
    // one after the other: each is a change of what the one before has left
    scope: { id: `join ${id}` },
    mutationFn: (next: Join) => changeJoin(organization.id, id, next),
    onSuccess: (saved) => {
      queryClient.setQueryData(queryKey, (list) => list?.map((one) => (one.id === id ? saved : one)));
      toast(`Joining by ${name} was changed`);
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organization.id) });
    },
    onError: (error) => {
      toast(`Joining by ${name} was not changed`, { description: toSentence(error), type: "error" });
      void queryClient.invalidateQueries({ queryKey });
    },
  });
  const off = blocked === undefined ? {} : { disabled: true, "aria-description": blocked };
  const shown = { ...join, ...(change.isPending && change.variables) };
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Field label={<Labeled name={name}>Joining</Labeled>} hint={blocked ?? joinText[shown.mode].meaning}>
        {(ids) => (
          <NativeSelect
            {...ids}
            value={shown.mode}
            options={modes}
            {...off}
            onChoose={(mode) => change.mutate({ mode: mode as NonNullable<Join["mode"]> })}
          />
        )}
      </Field>
      {shown.mode !== "off" && (
        <Field label={<Labeled name={name}>Role</Labeled>} hint="Each person takes a seat.">
          {(ids) => (
            <NativeSelect
              {...ids}
              value={shown.role}
              options={roles}
              {...off}
              onChoose={(role) => change.mutate({ role: role as NonNullable<Join["role"]> })}
            />
          )}
        </Field>
      )}
    </div>
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
