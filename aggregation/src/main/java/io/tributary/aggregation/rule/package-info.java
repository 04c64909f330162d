/**
 * How the updates of a round become one step: zero or more scans that give scores, then one
 * combine, column block by column block. Never reads files or knows the global state.
 */
@NullMarked
package io.tributary.aggregation.rule;

import org.jspecify.annotations.NullMarked;
