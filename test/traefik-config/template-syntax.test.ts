import { describe, expect, it } from 'vitest';
import { isTemplate } from '../../src/traefik-config/static/template-syntax.ts';

/** Each was the default rule of a real Traefik 3.7.15: with the first kind it read containers, with the second none. */
const READ = ['}}', '{{/* c */}}', '{{ "}}" }}', '{{if .Name}}a{{end}}', '{{ .Nope }}', '{{ .Name | }}', '{{- .Name -}}', '{{ if .Labels.a }}k{{ else if .Name }}l{{ else }}m{{ end }}', '{{ with .Labels.a }}w{{ else }}e{{ end }}', '{{ range $k, $v := .Labels }}{{ $k }}{{ end }}', '{{ define "x" }}y{{ end }}', '{{ `raw` }}', '{{ (.Name) }}'];
const REFUSED = ['{{', 'Host(`{{ .Name`)', '{{ }}', '{{/* c }}', '{{- -}}', '{{ -}}', '{{-.Name}}', '{{ | .Name }}', '{{{ .Name }}}', '{{ .Name }', '{{ end }}', '{{ end\n}}', '{{ else }}', '{{ break }}', '{{ if .Name }}x', '{{ if }}x{{ end }}', '{{ with }}x{{end}}', '{{ range }}x{{end}}', '{{ if .Name }}a{{ end }}{{ end }}', '{{ if .Name }}a{{ else }}b{{ else }}c{{ end }}', '{{ if .Name }}a{{ else if }}c{{ end }}', '{{ if .Name }}a{{ else with .Name }}c{{ end }}', '{{ ( .Name }}', '{{ .Name )}}'];

describe('templates of default rules', () => {
  it.each(READ)('reads %s', (text) => expect(isTemplate(text)).toBe(true));
  it('goes over them once, whatever they hold', () => {
    for (const part of ['/**/', '/*', '{{', ' ', '`', '(']) expect(isTemplate(`{{${part.repeat(20_001)}"`)).toBe(false);
  });
  it.each(REFUSED)('refuses %s', (text) => expect(isTemplate(text)).toBe(false));
});
