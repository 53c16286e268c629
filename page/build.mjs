// Bundles src/ into streams/web/page_assets: hashed names, each file compressed beforehand.
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = join(here, "../streams/web/page_assets");
const watching = process.argv.includes("--watch");

const options = {
  absWorkingDir: here,
  entryPoints: { page: "src/main.tsx", theme: "src/theme_first.ts", style: "style/page.css" },
  outdir: target,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "safari16", "firefox115", "chrome110"],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  metafile: true,
  write: false,
  logLevel: "warning",
};

function compressed(name, content) {
  const brotli = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } };
  return [
    [name, content],
    [`${name}.gz`, gzipSync(content, { level: 9 })],
    [`${name}.br`, brotliCompressSync(content, brotli)],
  ];
}

function hashed(path) {
  const content = readFileSync(join(here, path));
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  return [basename(path).replace(".", `-${hash}.`), content];
}

function publish(result) {
  const outputs = result.outputFiles.map((file) => [basename(file.path), Buffer.from(file.contents)]);
  outputs.push(hashed("icon.svg"));
  const named = (start, end) =>
    outputs.map(([name]) => name).find((name) => name.startsWith(start) && name.endsWith(end));
  const shell = readFileSync(join(here, "index.html"), "utf8")
    .replaceAll("{{page}}", named("page-", ".js"))
    .replaceAll("{{theme}}", named("theme-", ".js"))
    .replaceAll("{{style}}", named("style-", ".css"))
    .replaceAll("{{icon}}", named("icon-", ".svg"))
    .replace(/\n\s*/g, "\n");
  outputs.push(["index.html", Buffer.from(shell)]);
  // beside, then renamed: whoever serves the folder never sees half of it
  const fresh = `${target}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  for (const [name, content] of outputs.flatMap(([name, content]) => compressed(name, content)))
    writeFileSync(join(fresh, name), content);
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
  const sizes = outputs.map(
    ([name, content]) => `${name} ${(gzipSync(content).length / 1000).toFixed(1)} kB`,
  );
  console.log(`page built: ${sizes.join(", ")} (gzip)`);
}

const publisher = {
  name: "publish",
  setup: (build) => build.onEnd((result) => void (result.errors.length || publish(result))),
};

if (watching) await (await esbuild.context({ ...options, plugins: [publisher] })).watch();
else await esbuild.build({ ...options, plugins: [publisher] });
