/**
 * Writes each file of the build that is worth it a second and a third time, for Brotli and for gzip, beside it.
 *
 * The server hands out what is there; it compresses nothing by itself.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const built = fileURLToPath(new URL('../dist', import.meta.url));
/** Smaller files are one packet either way. */
const WORTH_IT = 1024;

const forms = {
  br: (bytes) =>
    brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gz: (bytes) => gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }),
};

for (const name of readdirSync(built, { recursive: true })) {
  const path = `${built}/${name}`;
  if (!statSync(path).isFile() || /\.(br|gz)$/.test(name)) continue;
  const bytes = readFileSync(path);
  if (bytes.length <= WORTH_IT) continue;
  for (const [end, compress] of Object.entries(forms)) {
    const compressed = compress(bytes);
    if (compressed.length < bytes.length) writeFileSync(`${path}.${end}`, compressed);
  }
}
