"""From a score run to a preset: conversion, proof and model card."""
