/**
 * Typed reading of configuration trees, with one-line refusals that name the nearest key. Never
 * reads files.
 */
@NullMarked
package io.tributary.federation.settings;

import org.jspecify.annotations.NullMarked;
