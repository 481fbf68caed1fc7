import { valibotResolver } from "@hookform/resolvers/valibot";
import { OrganizationName } from "@muster/core/organization/shape.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { useForm } from "react-hook-form";
import * as v from "valibot";
import * as api from "#lib/api.ts";
import { forgetDraft, useDraft } from "#lib/draft.ts";
import { ApiError } from "#lib/failure.ts";
import { showFailure } from "#lib/form-failure.ts";
import { eventsQuery, organizationQuery, organizationsQuery } from "#lib/queries.ts";
import { toast } from "#ui/toast.ts";

/** Events reach the log a moment after what they tell of. */
const logLagMs = 1_500;
const Input = v.object({ name: OrganizationName });

/** Renames only what was last seen; what was changed meanwhile comes back as a conflict for a person to settle. */
export function useRename(organization: api.Organization, onClose: () => void) {
  const queryClient = useQueryClient();
  const [seen, setSeen] = useState(organization);
  const [conflict, setConflict] = useState<api.Organization>();
  const draftName = `organization.rename.${organization.id}`;
  const form = useForm<v.InferInput<typeof Input>, unknown, v.InferOutput<typeof Input>>({
    resolver: valibotResolver(Input),
    mode: "onTouched",
    defaultValues: { name: organization.name },
  });
  useDraft(form, draftName);
  useEffect(() => form.setFocus("name", { shouldSelect: true }), [form]);

  const rename = useMutation({
    mutationFn: ({ name }: v.InferOutput<typeof Input>) =>
      api.renameOrganization(seen.id, { name, revision: seen.revision }),
    onSuccess: (renamed) => {
      settle(renamed);
      toast(`Renamed to ${renamed.name}`);
    },
    onError: async (error) => {
      if (error instanceof ApiError && error.code === "organization.changed") {
        await lookAgain();
      } else {
        showFailure(error, form.setError, ["name"]);
      }
    },
  });

  async function lookAgain() {
    const query = { ...organizationQuery(seen.id), staleTime: 0 };
    try {
      const present = await queryClient.fetchQuery(query);
      setSeen(present);
      setConflict(present);
    } catch (error) {
      showFailure(error, form.setError, ["name"]);
    }
  }

  function settle(present: api.Organization) {
    forgetDraft(draftName);
    queryClient.setQueryData(organizationQuery(present.id).queryKey, present);
    void queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey });
    window.setTimeout(
      () => void queryClient.invalidateQueries({ queryKey: eventsQuery(present.id).queryKey }),
      logLagMs,
    );
    onClose();
  }

  function discard() {
    forgetDraft(draftName);
    onClose();
  }

  const submit = form.handleSubmit((input) => rename.mutate(input));
  return {
    form,
    submit: (event: FormEvent) => void submit(event),
    isBusy: rename.isPending,
    conflict,
    discard,
  };
}
