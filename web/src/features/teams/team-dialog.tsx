import { valibotResolver } from "@hookform/resolvers/valibot";
import { TeamDescription, TeamName, teamPostings, teamVisibilities } from "@muster/core/team/shape.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import * as v from "valibot";
import { may } from "#features/rights/permissions.ts";
import { ApiError } from "#lib/failure.ts";
import { useInitialFocus } from "#lib/focus.ts";
import { showFailure } from "#lib/form-failure.ts";
import { organizationEventsKey, organizationQuery } from "#lib/queries.ts";
import { createTeam, editTeam, type Team, teamQuery, teamsKey } from "#lib/teams.ts";
import { useRequestKey } from "#lib/use-request-key.ts";
import { Banner } from "#ui/banner.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogActions, DialogBody } from "#ui/dialog-parts.tsx";
import { InputField } from "#ui/input.tsx";
import { SelectField } from "#ui/native-select.tsx";
import { TextareaField } from "#ui/textarea.tsx";
import { toast } from "#ui/toast.ts";
import { visibilityText } from "./text.ts";

const Form = v.object({
  name: TeamName,
  description: TeamDescription,
  posting: v.picklist(teamPostings),
  visibility: v.picklist(teamVisibilities),
  isLead: v.boolean(),
});
type Values = v.InferInput<typeof Form>;
const fields = ["name", "description", "posting", "visibility"] as const;

const valuesOf = (team: Team | undefined): Values => ({
  name: team?.name ?? "",
  description: team?.description ?? "",
  posting: team?.posting ?? "members",
  visibility: team?.visibility ?? "open",
  // who creates a team leads it, unless they say otherwise
  isLead: team === undefined,
});

/** Returns the values that differ from those that the form started with. */
function changesOf(values: Values, start: Values): Partial<Values> {
  return Object.fromEntries(fields.flatMap((name) => (values[name] === start[name] ? [] : [[name, values[name]]])));
}

const changedText = {
  private: "The others no longer find the team and its updates. What they saw or were emailed before is not undone.",
  open: "Everyone in the organization finds the team and all of its updates, earlier ones too.",
};

const changedByOthers =
  "Someone else just changed this team. Here it is as it is now, with your own changes. Check them and save again.";

type Props = {
  organizationId: string;
  /** The team that is changed; without one a team is created. */
  team: Team | undefined;
  isOpen: boolean;
  onClose: () => void;
};

export function TeamDialog({ team, isOpen, onClose, organizationId }: Props) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={team ? `Edit ${team.name}` : "New team"}>
      <TeamForm organizationId={organizationId} team={team} onClose={onClose} />
    </Dialog>
  );
}

function TeamForm({ organizationId, team, onClose }: Omit<Props, "isOpen">) {
  // others may save while the form is open: changes are about the team that it shows
  const [start, setStart] = useState(team);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const withKey = useRequestKey();
  const form = useForm<Values, unknown, v.InferOutput<typeof Form>>({
    resolver: valibotResolver(Form),
    mode: "onSubmit",
    defaultValues: valuesOf(start),
  });
  const { data: organization } = useQuery(organizationQuery(organizationId));
  const decides = organization !== undefined && may(organization.role, "team.edit");
  const visibility = useWatch({ control: form.control, name: "visibility" });
  const { errors } = form.formState;
  const nameField = form.register("name");
  const firstRef = useInitialFocus();
  const leadId = useId();

  const save = useMutation({
    mutationFn: (values: v.InferOutput<typeof Form>) =>
      start
        ? editTeam(organizationId, start.id, { ...changesOf(values, valuesOf(start)), revision: start.revision })
        : withKey(values, (key) => createTeam(organizationId, values, key)),
    onSuccess: (saved) => {
      queryClient.setQueryData(teamQuery(organizationId, saved.id).queryKey, saved);
      for (const part of ["list", "own"]) {
        void queryClient.invalidateQueries({ queryKey: [...teamsKey(organizationId), part] });
      }
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
      onClose();
      if (team) {
        toast(`${saved.name} was saved`);
      } else {
        const params = { organization: organizationId, team: saved.id };
        void navigate({ to: "/organizations/$organization/teams/$team", params });
      }
    },
    onError: async (error, values) => {
      if (error instanceof ApiError && error.code === "team.name_taken") {
        form.setError("name", { type: "server", message: error.message }, { shouldFocus: true });
        return;
      }
      if (error instanceof ApiError && error.code === "team.changed" && start) {
        const query = { ...teamQuery(organizationId, start.id), staleTime: 0 };
        const now = await queryClient.fetchQuery(query).catch(() => undefined);
        if (now) {
          form.reset({ ...valuesOf(now), ...changesOf(values, valuesOf(start)) });
          setStart(now);
          form.setError("root.server", { type: "server", message: changedByOthers });
          return;
        }
      }
      showFailure(error, form.setError, ["name", "description"]);
    },
  });

  return (
    <form
      noValidate
      onSubmit={(event) => void form.handleSubmit((values) => save.mutate(values))(event)}
      className="contents"
    >
      <DialogBody>
        <InputField
          label="Name"
          error={errors.name?.message}
          {...nameField}
          ref={(element) => {
            nameField.ref(element);
            firstRef.current = element;
          }}
          autoComplete="off"
        />
        <TextareaField
          label="Description"
          hint="Optional. You can use Markdown, such as **bold** and lists."
          error={errors.description?.message}
          rows={3}
          {...form.register("description")}
        />
        <SelectField
          label="Who posts updates"
          hint="Only members who can post (Write or above). Owners and admins can always post."
          error={errors.posting?.message}
          {...form.register("posting")}
          options={teamPostings.map((value) => ({
            value,
            label: value === "members" ? "All members" : "Leads only",
          }))}
        />
        {decides && (
          <SelectField
            label="Who sees the team"
            hint={
              start && visibility !== start.visibility
                ? changedText[visibility]
                : "Its page, its members, and its updates."
            }
            error={errors.visibility?.message}
            {...form.register("visibility")}
            options={teamVisibilities.map((value) => ({ value, label: visibilityText[value] }))}
          />
        )}
        {!start && (
          <div className="flex items-start gap-2.5">
            <input
              id={leadId}
              type="checkbox"
              aria-describedby={`${leadId}-hint`}
              {...form.register("isLead")}
              className="mt-0.5 size-4 shrink-0 rounded-sm accent-accent"
            />
            <div>
              <label htmlFor={leadId} className="block font-medium">
                Join this team as its lead
              </label>
              <p id={`${leadId}-hint`} className="text-sm text-fg-3">
                Leads manage its members and its description. You can leave it at any time.
              </p>
            </div>
          </div>
        )}
        {errors.root?.["server"] && <Banner tone="danger">{errors.root["server"].message}</Banner>}
      </DialogBody>
      <DialogActions onCancel={onClose} action={team ? "Save" : "Create team"} isBusy={save.isPending} />
    </form>
  );
}
