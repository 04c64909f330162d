/**
 * The seeded world: the real pure cores of coordinator and node under virtual time, one seed, one
 * thread; network, disks, crashes and operators are models. Never a real clock, thread, port or
 * file, and nothing that only a test of this package needs.
 */
@NullMarked
package io.tributary.simulations.world;

import org.jspecify.annotations.NullMarked;
