/**
 * The words of the system: identifiers, digests, sizes, errors. Pure values; no threads, clocks,
 * files or logging.
 */
@NullMarked
package io.tributary.federation;

import org.jspecify.annotations.NullMarked;
