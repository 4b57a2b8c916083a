"""A regression's columns, waves and flags apart, multiplied without threads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from forecasting.history import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Columns:
    """Regressors [N, K]: first the waves, dense, then the flags, mostly zero.

    Most columns flag a weekday or one day of an event, so products that know of the zeros are
    several times faster. They also keep clear of threaded linear algebra, which on a busy machine
    makes matrices of this size ten times slower.

    Parameters
    ----------
    waves
        Columns of any value [N, W].
    flags
        Columns of zeros and ones [N, K - W].

    Examples
    --------
    >>> columns = Columns.build(np.array([[1.0], [2.0]]), np.array([[1.0, 0], [0, 1]]))
    >>> columns.times(np.array([10.0, 1, 2])).tolist()
    [11.0, 22.0]
    >>> columns.gram(np.ones(2)).tolist()
    [[5.0, 1.0, 2.0], [1.0, 1.0, 0.0], [2.0, 0.0, 1.0]]
    """

    waves: FloatArray
    flags: Any

    @classmethod
    def build(cls, waves: FloatArray, flags: FloatArray) -> Columns:
        """Return columns from two dense tables of as many rows."""
        return cls(waves, sparse.csr_array(flags))

    @property
    def count(self) -> int:
        """Number of columns K."""
        return int(self.waves.shape[1] + self.flags.shape[1])

    @cached_property
    def _pairs(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Products of any two waves, so that a weighted sum of them is one pass."""
        left, right = np.triu_indices(self.waves.shape[1])
        return left, right, self.waves[:, left] * self.waves[:, right]

    def rows(self, which: IntArray | BoolArray) -> Columns:
        """Return the columns of some rows."""
        return Columns(self.waves[which], self.flags[which])

    def times(self, coefficients: FloatArray) -> FloatArray:
        """Return the columns times coefficients [N]."""
        width = self.waves.shape[1]
        product: FloatArray = np.einsum("nk,k->n", self.waves, coefficients[:width])
        product += self.flags @ coefficients[width:]
        return product

    def across(self, values: FloatArray) -> FloatArray:
        """Return for each column its sum of products with values [K]."""
        return np.concatenate([np.einsum("nk,n->k", self.waves, values), self.flags.T @ values])

    def gram(self, weights: FloatArray) -> FloatArray:
        """Return the weighted sums of products of any two columns [K, K]."""
        width = self.waves.shape[1]
        result = np.empty((self.count, self.count))
        left, right, products = self._pairs
        result[left, right] = result[right, left] = np.einsum("np,n->p", products, weights)
        mixed = self.flags.T @ (self.waves * weights[:, None])
        result[width:, :width], result[:width, width:] = mixed, mixed.T
        weighted = self.flags.T * weights
        result[width:, width:] = (weighted @ self.flags).toarray()
        return result
