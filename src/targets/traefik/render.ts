import { printYaml } from '../../text/index.ts';
import type { OutputFile } from '../target.ts';
import { escapeTemplate } from '../traefik-common/template.ts';
import type { PlannedFile, TraefikPlan } from './plan.ts';

/** Prints the plan. Dynamic files are Go templates first: a `{{` of the user's becomes a template that prints it. */
export function render(plan: TraefikPlan): readonly OutputFile[] {
  return plan.files.map((file) => ({ path: file.path, text: textOf(file), ...(file.secret ? { secret: true } : {}) }));
}

function textOf(file: PlannedFile): string {
  if (file.kind === 'lines') return file.lines.map((line) => `${line}\n`).join('');
  const body = printYaml(file.tree, file.template ? escapeTemplate : undefined);
  return file.header.map((line) => `# ${line}\n`).join('') + (body === '' ? '{}\n' : body);
}
