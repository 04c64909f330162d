/**
 * JSON values, a strict reader and the canonical writer that digests rest on. Never binds to
 * classes.
 */
@NullMarked
package io.tributary.federation.json;

import org.jspecify.annotations.NullMarked;
