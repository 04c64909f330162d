/** The file that describes a simulation. Reads keys; never starts anything. */
@NullMarked
package io.tributary.simulations.config;

import org.jspecify.annotations.NullMarked;
