/**
 * What commands do with runs and models beyond one call: sending a plan with its base model,
 * bringing a checkpoint back. Never prints.
 */
@NullMarked
package io.tributary.cli.run;

import org.jspecify.annotations.NullMarked;
