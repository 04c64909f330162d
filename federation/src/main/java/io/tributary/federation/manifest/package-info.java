/** Manifests: named files by digest. Never touches the files themselves. */
@NullMarked
package io.tributary.federation.manifest;

import org.jspecify.annotations.NullMarked;
