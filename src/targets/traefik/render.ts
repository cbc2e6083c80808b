import { printYaml } from '../../text/index.ts';
import type { OutputFile } from '../target.ts';
import type { TraefikPlan } from './plan.ts';

/** Prints the plan. Dynamic files are Go templates first: a `{{` of the user's becomes a template that prints it. */
export function render(plan: TraefikPlan): readonly OutputFile[] {
  return plan.files.map((file) => {
    const header = file.header.map((line) => `# ${line}\n`).join('');
    const body = printYaml(file.tree, file.template ? escapeTemplate : undefined);
    return { path: file.path, text: header + (body === '' ? '{}\n' : body), ...(file.secret ? { secret: true } : {}) };
  });
}

/**
 * Inside a double-quoted YAML scalar and outside alike: the template runs on the text of the file before YAML sees it.
 * A run of braces is taken whole, so that no two of them are left side by side.
 */
function escapeTemplate(text: string): string {
  return text.replace(/\{{2,}/g, (run) => `{{ \`${run}\` }}`);
}
