/**
 * Files that a person writes: YAML, overrides from the command line and the environment. Never
 * knows what the keys mean.
 */
@NullMarked
package io.tributary.cli.config;

import org.jspecify.annotations.NullMarked;
